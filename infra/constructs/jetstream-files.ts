/** The label of the ConfigMap that a NATS server is started with; its value is the name of the server. */
export const jetStreamLabel = 'dapr-stack/jetstream'

/** The keys of the ConfigMap: the server's settings, and what a client says to have the streams. */
export const jetStreamFiles = { server: 'nats-server.conf', setup: 'setup' } as const
