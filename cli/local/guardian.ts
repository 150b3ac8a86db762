import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Ends process groups when this process is gone, however it ended. */
export interface Guardian {
  add(pid: number): void
  remove(pid: number): void
  /** It has nothing to guard any more. */
  end(): Promise<void>
}

// Reads until the other end of the pipe is closed, which the system does for a process that is killed, too.
const script = `
pids=
while read -r line; do
  case $line in
    +*) pids="$pids \${line#+}" ;;
    -*) left=; for pid in $pids; do [ "$pid" = "\${line#-}" ] || left="$left $pid"; done; pids=$left ;;
  esac
done
[ -n "$pids" ] || exit 0
for pid in $pids; do kill -s TERM -- "-$pid"; done
sleep 3
for pid in $pids; do kill -s KILL -- "-$pid"; done
`

/** Starts the guardian, a shell in a session of its own: what ends this process by the terminal does not reach it. */
export const startGuardian = (): Guardian => {
  const shell = spawn('sh', ['-c', script], { cwd: '/', stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  const ended = once(shell, 'exit')
  shell.stdin.on('error', () => undefined) // it was ended by somebody: then there is nothing to tell it
  return {
    add: (pid) => void shell.stdin.write(`+${pid}\n`),
    remove: (pid) => void shell.stdin.write(`-${pid}\n`),
    end: async () => {
      shell.stdin.end()
      await ended
    },
  }
}
