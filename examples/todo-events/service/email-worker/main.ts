import { runService } from 'dapr-stack/service'

import { stack } from '../../config/stack.ts'
import { buildEmailWorker } from './app.ts'

await runService(stack, 'email-worker', buildEmailWorker)
