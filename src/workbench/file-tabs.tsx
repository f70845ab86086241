import type { Exercise } from '../../grader/contract/exercise.ts';
import { strings } from '../strings.ts';
import { CompareMenu } from './compare/compare-menu.tsx';
import type { ComparisonState } from './compare/use-comparison.ts';
import { editedFiles, isEdited } from './editor/edited-files.ts';
import { type Tab, Tabs } from './tabs.tsx';

interface Props {
  appFiles: Exercise['files'];
  active: string;
  marked: ReadonlySet<string>;
  comparison: ComparisonState;
  onSelect(path: string): void;
}

/** The learner's two files as tabs; the app's own, which may be many, behind one list. */
export function FileTabs({ appFiles, active, marked, comparison, onSelect }: Props) {
  const tabs: Tab<string>[] = editedFiles.map((path) => ({
    id: path,
    label: (
      <>
        {path}
        {marked.has(path) && <span class="tab-mark" title={strings.verdict.problems} />}
      </>
    ),
  }));
  return (
    <div class="file-tabs">
      <Tabs label={strings.editor.files} name="file" tabs={tabs} active={active} onSelect={onSelect} />
      {appFiles.length > 0 && (
        <select
          class="app-files"
          data-active={isEdited(active) ? undefined : ''}
          aria-label={strings.editor.appFiles}
          value={isEdited(active) ? '' : active}
          onChange={(event) => event.currentTarget.value && onSelect(event.currentTarget.value)}
        >
          <option value="">{strings.editor.appFilesShort}</option>
          {appFiles.map((file) => (
            <option key={file.path} value={file.path}>
              {file.omitted ? `${file.path} (${strings.editor.namedOnly})` : file.path}
            </option>
          ))}
        </select>
      )}
      <CompareMenu comparison={comparison} disabled={!isEdited(active)} />
    </div>
  );
}
