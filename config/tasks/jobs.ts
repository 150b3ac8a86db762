import * as z from 'zod'

/** What task-api has itself called for later. Each job says what it was made for; its handler looks whether that still holds. */
export const taskJobs = {
  /** Tells that a task is due soon. Its id is the task's. */
  reminder: { data: z.object({ due_date: z.iso.datetime({ offset: true }) }) },
  /** Tells a user once a day what is open, by the clocks of this time zone. Its id is the user's. */
  digest: { data: z.object({ time_zone: z.string() }) },
  /** Removes a task that was completed and not touched since. Its id is the task's. */
  cleanup: { data: z.object({ version: z.int().min(1) }) },
}

/** Those that belong to one task. */
export const jobsOfTask = ['reminder', 'cleanup'] as const satisfies (keyof typeof taskJobs)[]

/** When these jobs come; a clean-up after `retention.completedTaskSeconds`. */
export const timetable = {
  /** How long before a task is due its reminder comes; milliseconds. */
  reminderLeadMs: 30 * 60_000,
  /** The hour at which users get their digest, by the clocks of their time zones; 1-23. */
  digestHour: 9,
} as const
