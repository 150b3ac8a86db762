import { ApiObject, type App } from 'cdk8s'

type Json = ReadonlyMap<ApiObject, unknown>

const objectsOf = (app: App): Json => new Map(app.node.findAll().filter((one) => ApiObject.isApiObject(one)).map((object) => [object, object.toJson() as unknown]))

const keep = (json: Json): void => {
  for (const [object, value] of json) object.toJson = () => value
}

const release = (json: Json): void => {
  for (const object of json.keys()) Reflect.deleteProperty(object, 'toJson')
}

/**
 * Has each synth of an app look at what it makes; what `look` throws ends it. cdk8s asks for that before it writes anything and
 * again for each chart, and makes all objects JSON anew each time, which was a fifth of a synth: the first answer is kept until
 * the synth is over, so what was looked at is what is written.
 */
export const lookOnce = (app: App, look: (json: Json) => void): void => {
  const synth = app.synth.bind(app)
  let synthesizing = false
  let seen: Json = new Map()
  app.synth = () => {
    synthesizing = true
    try {
      synth()
    } finally {
      release(seen)
      synthesizing = false
      seen = new Map()
    }
  }
  const validate = (): string[] => {
    if (seen.size > 0) return []
    const json = objectsOf(app)
    look(json)
    if (synthesizing) keep(seen = json)
    return []
  }
  app.node.addValidation({ validate })
}
