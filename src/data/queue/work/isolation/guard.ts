const lookMs = 1_000;

/** Program of a thread that ends its process once the parent is gone, whatever the process does. */
export const guardedFrom = (parent: number): string => `
  setInterval(() => {
    try {
      process.kill(${parent}, 0);
      if (process.ppid === ${parent}) return;
    } catch {}
    process.kill(process.pid, 'SIGKILL');
  }, ${lookMs});`;
