import * as z from 'zod'

import { Notification, NotificationsPage, PageQuery, UserId } from '../../config/tasks/index.ts'
import { NoQuery } from '../http/index.ts'

const params = z.object({ event_id: z.string().meta({ description: 'The id of the event that caused the notification.' }) })
const ofUser = z.object({ id: UserId.meta({ description: 'The id of the user.' }) })

/** The operations on notifications: what they take and answer, checked at each request and shown in the API's document. */
export const notificationOperations = {
  read: {
    schema: {
      operationId: 'readNotification',
      summary: 'Reads the notification that an event caused',
      tags: ['notifications'],
      params,
      querystring: NoQuery,
      response: { 200: Notification.meta({ title: 'Notification' }) },
    },
    config: { answers: { 200: {} }, problems: ['not-found'] },
  },
  list: {
    schema: {
      operationId: 'listUserNotifications',
      summary: "Lists a user's notifications, the latest first",
      tags: ['notifications'],
      params: ofUser,
      querystring: PageQuery,
      response: { 200: NotificationsPage.meta({ title: 'NotificationsPage' }) },
    },
    config: { answers: { 200: {} }, problems: ['not-found'] },
  },
} as const
