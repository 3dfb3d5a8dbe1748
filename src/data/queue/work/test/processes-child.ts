/** A worker as far as its parent sees it, for processes.test.ts: ends when its channel is closed. */
process.on('disconnect', () => process.exit());
