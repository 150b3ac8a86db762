/**
 * `nameResolution` of a sidecar's Configuration that finds apps in a file: mDNS, Dapr's default, would find those of other checkouts
 * and machines. The clean-up is off because it deletes the living (contrib 1.18.3 compares the wrong way), which ends their sidecars
 * after an hour. `names` is the file; sidecars that share it find each other.
 */
export const nameResolution = (names: string) => ({
  component: 'sqlite',
  version: 'v1',
  configuration: { connectionString: names, updateInterval: '30s', cleanupInterval: '0' },
})
