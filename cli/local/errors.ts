import { ExpectedError } from '../../toolchain/errors.ts'

/** The command line or the config asks for what a local run cannot do. */
export class RunRefused extends ExpectedError {
  override readonly name = 'RunRefused'
  override readonly exitCode = 2
}

/** The services were not ready in time. */
export class NotReady extends ExpectedError {
  override readonly name = 'NotReady'
  override readonly exitCode = 4
}

/** A process of the run ended by itself; the message holds the last lines it printed. */
export class ProcessEnded extends ExpectedError {
  override readonly name = 'ProcessEnded'
  override readonly exitCode = 5
}

/** Something on this machine stands in the way: a port that another process has, a run in the same folder. */
export class InTheWay extends ExpectedError {
  override readonly name = 'InTheWay'
  override readonly exitCode = 6
}
