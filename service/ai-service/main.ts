import { stack } from '../../config/tasks/index.ts'
import { runService } from '../run.ts'
import { buildAiService } from './app.ts'

await runService(stack, 'ai-service', buildAiService)
