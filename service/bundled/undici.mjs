import api from 'undici/lib/api/index.js'
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
import Pool from 'undici/lib/dispatcher/pool.js'

// As undici's own index.js does it.
Object.assign(Dispatcher.prototype, api)

export { Pool }
