/** Sends back what it is sent; for queue-isolation. */
process.on('message', (message) => process.send?.(message));
