/**
 * Asks about every state of something that changes quickly, one question at a time: while one is being answered, only
 * the newest of those that wait is kept. So an answer is never older than it has to be, and nothing piles up.
 */
export function newestOnly<Asked, Answer>(
  ask: (asked: Asked) => Promise<Answer>,
  deliver: (answer: Answer, asked: Asked) => void,
): (asked: Asked) => void {
  let waiting: { asked: Asked } | undefined;
  let busy = false;
  const next = async (asked: Asked): Promise<void> => {
    busy = true;
    try {
      deliver(await ask(asked), asked);
    } catch {
      // What was shown stays until the next answer.
    }
    busy = false;
    const following = waiting;
    waiting = undefined;
    if (following) void next(following.asked);
  };
  return (asked) => {
    if (busy) waiting = { asked };
    else void next(asked);
  };
}
