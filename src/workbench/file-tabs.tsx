import type { Exercise } from '../../grader/contract/exercise.ts';
import { strings } from '../strings.ts';
import { editedFiles, isEdited } from './editor/edited-files.ts';
import { Tabs } from './tabs.tsx';

interface Props {
  appFiles: Exercise['files'];
  active: string;
  marked: ReadonlySet<string>;
  onSelect(path: string): void;
}

/** The learner's two files as tabs; the app's own, which may be many, behind one list. */
export function FileTabs({ appFiles, active, marked, onSelect }: Props) {
  const others = isEdited(active) ? [] : [active];
  const tabs = [...editedFiles, ...others].map((path) => ({
    id: path,
    label: (
      <>
        {path}
        {marked.has(path) && <span class="tab-mark" title={strings.verdict.problems} />}
        {!isEdited(path) && <span class="tab-note">{strings.editor.readOnly}</span>}
      </>
    ),
  }));
  return (
    <div class="file-tabs">
      <Tabs label={strings.editor.files} name="file" tabs={tabs} active={active} onSelect={onSelect} />
      {appFiles.length > 0 && (
        <select
          class="app-files"
          aria-label={strings.editor.appFiles}
          value={isEdited(active) ? '' : active}
          onChange={(event) => event.currentTarget.value && onSelect(event.currentTarget.value)}
        >
          <option value="">{strings.editor.appFiles}</option>
          {appFiles.map((file) => (
            <option key={file.path} value={file.path}>
              {file.path}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
