// Only the types of Kubernetes: no construct uses the rest of cdk8s-plus, and loading it took a tenth of synth.
export * as k8s from 'cdk8s-plus-29/lib/imports/k8s.js'
