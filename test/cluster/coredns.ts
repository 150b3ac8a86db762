import { stringify } from 'yaml'
import { DNS_SERVICE_ADDRESS } from './addresses.ts'
import { COREDNS_IMAGE } from './images.ts'

const name = 'coredns'
const namespace = 'kube-system'
const labels = { 'k8s-app': 'kube-dns' }

// No forwarding: nothing outside of the cluster is to be resolved.
const corefile = `.:53 {
  errors
  health :8080
  ready
  kubernetes cluster.local in-addr.arpa ip6.arpa
  loop
  cache 5
}
`

const container = {
  name,
  image: COREDNS_IMAGE,
  imagePullPolicy: 'IfNotPresent',
  args: ['-conf', '/etc/coredns/Corefile'],
  ports: [{ name: 'dns', containerPort: 53, protocol: 'UDP' }, { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' }],
  readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] }, readOnlyRootFilesystem: true },
  volumeMounts: [{ name: 'config', mountPath: '/etc/coredns' }],
}

const objects = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'system:coredns' },
    rules: [
      { apiGroups: [''], resources: ['services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'system:coredns' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:coredns' },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { Corefile: corefile } },
  {
    apiVersion: 'v1', kind: 'Service', metadata: { name: 'kube-dns', namespace, labels },
    spec: {
      clusterIP: DNS_SERVICE_ADDRESS, selector: labels,
      ports: [{ name: 'dns', port: 53, protocol: 'UDP' }, { name: 'dns-tcp', port: 53, protocol: 'TCP' }],
    },
  },
  {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { serviceAccountName: name, dnsPolicy: 'Default', containers: [container], volumes: [{ name: 'config', configMap: { name } }] },
      },
    },
  },
]

/** The cluster's DNS as one YAML text. */
export const corednsManifest = (): string => objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n')
