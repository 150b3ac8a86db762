import { stack } from '../../config/tasks/index.ts'
import { runService } from '../run.ts'
import { buildTaskApi } from './app.ts'

await runService(stack, 'task-api', buildTaskApi)
