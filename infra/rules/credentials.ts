/** Whether a text holds an address with a user and a password in it, such as `amqp://user:password@host`. */
export const holdsPassword = (text: string): boolean => /\w:\/\/[^\s/:@]*:[^\s/@]+@/.test(text)
