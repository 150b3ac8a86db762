import { stack } from '../../config/tasks/index.ts'
import { runService } from '../run.ts'
import { buildNotificationService } from './app.ts'

await runService(stack, 'notification-service', buildNotificationService)
