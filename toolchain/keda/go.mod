// Pins KEDA, whose custom resources the constructs write; nothing of it is built.
module dapr-stack/toolchain/keda

go 1.24.0

require github.com/kedacore/keda/v2 v2.21.0
