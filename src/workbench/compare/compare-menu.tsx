import { compareStrings } from './strings.ts';
import { type Comparison, type ComparisonState, comparisons } from './use-comparison.ts';

const words = compareStrings;

/** What to compare the file on screen with. */
export function CompareMenu({ comparison, disabled }: { comparison: ComparisonState; disabled: boolean }) {
  const { against, available, choose } = comparison;
  const label = (each: Comparison) =>
    each === 'solution' && !available.solution ? words.solutionLater : words.against[each];
  return (
    <select
      class="app-files compare-menu"
      data-active={against ? '' : undefined}
      aria-label={words.label}
      disabled={disabled}
      value={against ?? ''}
      onChange={(event) => choose(comparisons.find((each) => each === event.currentTarget.value))}
    >
      <option value="">{words.none}</option>
      {comparisons.map((each) => (
        <option key={each} value={each} disabled={!available[each]}>
          {label(each)}
        </option>
      ))}
    </select>
  );
}
