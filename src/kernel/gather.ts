/**
 * Makes one question of many: what is asked for in the same turn, or while an answer is on its way, goes together in the next question.
 * So there is one at a time, and the more is asked the fewer there are for it.
 *
 * @param ask gives the answers in the order of the keys; what it throws is thrown to each of those who asked
 */
export function gather<K, V>(ask: (keys: readonly K[]) => Promise<readonly V[]>): (key: K) => Promise<V> {
  let waiting: { readonly key: K; readonly answer: PromiseWithResolvers<V> }[] = [];
  let isAsking = false;
  const askAll = async () => {
    isAsking = true;
    // The rest of this turn comes along.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const asked = waiting;
      waiting = [];
      try {
        const answers = await ask(asked.map(({ key }) => key));
        for (const [index, { answer }] of asked.entries()) answer.resolve(answers[index] as V);
      } catch (error) {
        for (const { answer } of asked) answer.reject(error);
      }
    }
    isAsking = false;
  };
  return (key) => {
    const answer = Promise.withResolvers<V>();
    waiting.push({ key, answer });
    if (!isAsking) void askAll();
    return answer.promise;
  };
}
