// Pins the metrics server, which an autoscaler by CPU asks; it is built in its own folder.
module dapr-stack/toolchain/metrics-server

go 1.24.0

require sigs.k8s.io/metrics-server v0.9.0
