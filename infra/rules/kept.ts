/** Makes what belongs to an object when it is first asked for, and keeps it as long as the object. */
export const keptFor = <K extends object, V extends object>(make: (object: K) => V): ((object: K) => V) => {
  const known = new WeakMap<K, V>()
  return (object) => {
    const value = known.get(object) ?? make(object)
    known.set(object, value)
    return value
  }
}
