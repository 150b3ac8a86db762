import type { k8s } from './k8s.ts'

// Above 10,000, so that it is no user of the node.
const user = 10_001

/** What Pod Security `restricted` asks of a pod; the injected sidecar inherits its seccomp profile. */
export const podSecurity = {
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  seccompProfile: { type: 'RuntimeDefault' },
} satisfies k8s.PodSecurityContext

/** What Pod Security `restricted` asks of a container, and a root file system that nothing can write to. */
export const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
} satisfies k8s.SecurityContext
