import { ApiObject, type App } from 'cdk8s'

type Json = ReadonlyMap<ApiObject, unknown>

const objectsOf = (app: App): Json => new Map(app.node.findAll().filter((one) => ApiObject.isApiObject(one)).map((object) => [object, object.toJson() as unknown]))

const keep = (json: Json): void => {
  for (const [object, value] of json) object.toJson = () => value
}

/**
 * Has each synth of an app look at what it makes; what `look` throws ends it. cdk8s asks for that before it writes anything and
 * again for each chart, and makes all objects JSON anew each time, which was a fifth of a synth: the first answer is kept until
 * the synth is over, so what was looked at is what is written.
 */
export const lookOnce = (app: App, look: (json: Json) => void): void => {
  const synth = app.synth.bind(app)
  /** Of the synth under way; empty until the look. */
  let seen: Json | undefined
  app.synth = () => {
    seen = new Map()
    try {
      synth()
    } finally {
      for (const object of seen.keys()) Reflect.deleteProperty(object, 'toJson')
      seen = undefined
    }
  }
  const validate = (): string[] => {
    if (seen !== undefined && seen.size > 0) return []
    const json = objectsOf(app)
    look(json)
    if (seen) keep(seen = json)
    return []
  }
  app.node.addValidation({ validate })
}
