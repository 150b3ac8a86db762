// Pins KEDA, whose custom resources the constructs write; its commands are built in its own folder.
module dapr-stack/toolchain/keda

go 1.24.0

require github.com/kedacore/keda/v2 v2.21.0
