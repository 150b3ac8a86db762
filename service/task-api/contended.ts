/** Other writers changed the document at each attempt. */
export class Contended extends Error {
  override readonly name = 'Contended'
  constructor(id: string, attempts: number) {
    super(`${id} was changed by others at each of ${attempts} attempts; try again`)
  }
}
