/** Ids of events and keys of documents: who writes them and who looks for them derive them alike. */

/** Id of the event of a change. It follows from the change, so that every delivery carries the same one. */
export const changeEventId = (task: string, version: number): string => `${task}-${version}`

/** Id of the event that a task is due soon. It follows from the task and its due date: a reminder that is sent twice is one. */
export const dueSoonId = (task: string, dueDate: string): string => `${task}-due-${Date.parse(dueDate)}`

/** Key of a task's document. */
export const taskKey = (id: string): string => `task-${id}`

/** Key of the notification of an event. Event ids come from outside, and Dapr refuses keys that hold `||`. */
export const notificationKey = (eventId: string): string => `notification-${encodeURIComponent(eventId)}`
