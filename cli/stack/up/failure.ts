import { type ContainerStatus, type Pod, stateText, statusesOf } from './pods.ts'

/** Why a pod will not start by itself. */
export interface PodFailure {
  readonly pod: string
  readonly container: string
  readonly why: string
  /** Whether the container ran before: then the log of that run tells more. */
  readonly restarted: boolean
}

/** What Kubernetes gives as a reason while nobody but a person can help. */
const hopeless = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']
const restartsThatTell = 2

const isStuck = ({ ready, state, restartCount }: ContainerStatus): boolean =>
  !ready && (hopeless.includes(state.waiting?.reason ?? '') || (state.waiting?.reason === 'CrashLoopBackOff' && restartCount >= restartsThatTell))

const failureIn = (pod: Pod, status: ContainerStatus): PodFailure => ({
  pod: pod.metadata.name,
  container: status.name,
  why: [stateText(status), status.state.waiting?.message].filter(Boolean).join(': '),
  restarted: status.restartCount > 0,
})

/** The containers of pods that are stuck. Pure. */
export const failuresOf = (pods: readonly Pod[]): PodFailure[] => pods.flatMap((pod) => statusesOf(pod).filter(isStuck).map((status) => failureIn(pod, status)))

const fixes: readonly (readonly [RegExp, string])[] = [
  [/has no Subscription ([\w.-]+)/, 'see that the Subscription $1 is there and that its scopes name the app'],
  [/the app refused \d+ deliveries/, 'see the app\'s log: it has to answer the type stack.canary with SUCCESS (a token that app and sidecar do not share is refused, too)'],
  [/nothing can be published on it: .*40[13]/, 'see the scopes of the component, and the tokens of its sidecar'],
  [/nothing can be published on it/, 'see that the broker runs, has the topic, and answers the publisher'],
  [/its sidecar delivers nothing/, 'see that the broker runs and has the topic, and in the sidecar\'s log that the app answers /dapr/subscribe with 404'],
  [/ImagePull|InvalidImageName|ErrImageNeverPull/, 'push or load the image to where the nodes can take it from, or name one that is there'],
  [/secret "?([\w.-]+)"? not found/i, 'create the Secret $1 in the namespace of the stack'],
  [/couldn't find key (\S+) in Secret/i, 'add the key $1 to the Secret'],
  [/violates PodSecurity/, 'label the namespace for a Pod Security level that the pods keep, or tighten the pods'],
  [/exceeded quota/, 'raise the ResourceQuota of the namespace, or ask for less'],
  [/WRONGPASS|NOAUTH|SASL|authentication/i, 'put the right credentials into the Secret of the component, then run up again'],
  [/x509|certificate/i, 'give the sidecars the certificate of the authority that signed the server\'s'],
  [/i\/o timeout|connection timed out/i, 'see that the server answers, and that NetworkPolicies let its address and port through: `targets` of its backend says them'],
  [/INIT_COMPONENT_FAILURE|init error|failed to init/i, 'see that what stands behind the component runs, and that its address and credentials are right'],
  [/OOMKilled/, 'raise the memory limit of the container'],
  [/Insufficient|Unschedulable|didn't match/i, 'free or add nodes, or ask for less CPU and memory'],
  [/not loaded/, 'see why in the sidecar\'s log: its type, its scopes, its secrets'],
]

/** One thing to do about what is wrong, from what Kubernetes and the logs say. Pure. */
export const fixFor = (texts: readonly string[], fallback: string): string => {
  for (const text of texts) {
    for (const [pattern, fix] of fixes) {
      const match = pattern.exec(text)
      if (match) return fix.replace('$1', match[1] ?? '')
    }
  }
  return fallback
}
