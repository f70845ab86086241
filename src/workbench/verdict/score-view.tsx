import { useEffect, useState } from 'preact/hooks';
import type { Exercise } from '../../../grader/contract/exercise.ts';
import type { Score } from '../../../grader/contract/report.ts';
import { getSubmissions } from '../../api/client.ts';
import { formatBytes } from '../../format/bytes.ts';
import { strings } from '../../strings.ts';
import { bestBefore } from './best-before.ts';

const words = strings.score;

interface Props {
  exercise: Pick<Exercise, 'slug' | 'checks'>;
  /** The submission that got this score. */
  submission: string;
  score: Score;
}

/** Points, what they were given for, and the best of this learner's earlier attempts. */
export function ScoreView({ exercise, submission, score }: Props) {
  const best = useBestBefore(exercise.slug, submission);
  const title = (id: string) => exercise.checks.find((check) => check.id === id)?.title ?? id;
  return (
    <section class="score" aria-label={words.title}>
      <h3>
        <span class="number">{words.points(score.points, score.max)}</span>
        {best !== undefined && (
          <span class="score-best number">{score.points > best ? words.newBest(best) : words.best(best)}</span>
        )}
      </h3>
      <table>
        <tbody>
          {score.parts.map(({ check, points, max, sizeBytes, seconds }) => (
            <tr key={check}>
              <th scope="row">{title(check)}</th>
              <td class="number">
                {sizeBytes !== undefined && formatBytes(sizeBytes)}
                {seconds !== undefined && words.seconds(seconds)}
              </td>
              <td class="number">{words.points(points, max)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Undefined while it is asked for, and when there is no earlier attempt with points. */
function useBestBefore(exercise: string, submission: string): number | undefined {
  const [best, setBest] = useState<number>();
  useEffect(() => {
    const stop = new AbortController();
    setBest(undefined);
    getSubmissions(exercise, { signal: stop.signal }).then(
      (all) => setBest(bestBefore(all, submission)),
      // Without the list the score stands alone.
      () => {},
    );
    return () => stop.abort();
  }, [exercise, submission]);
  return best;
}
