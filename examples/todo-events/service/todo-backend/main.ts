import { runService } from 'dapr-stack/service'

import { stack } from '../../config/stack.ts'
import { buildTodoBackend } from './app.ts'

await runService(stack, 'todo-backend', buildTodoBackend)
