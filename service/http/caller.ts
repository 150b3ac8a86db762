/** Who asks: a user that proved who they are, or, where callers are not authenticated, anyone. */
export type Caller = { readonly kind: 'anyone' } | { readonly kind: 'user'; readonly id: string }

export const anyone: Caller = { kind: 'anyone' }

/** Whether what belongs to `owner` is the caller's. Without authentication everything is everyone's; what has no owner is no user's. */
export const owns = (caller: Caller, owner: unknown): boolean => caller.kind === 'anyone' || owner === caller.id
