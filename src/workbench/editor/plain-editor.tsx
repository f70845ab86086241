import { useEffect, useRef } from 'preact/hooks';
import type { TextEdit } from '../../dockerfile/problem.ts';
import { offsetsOf } from '../../dockerfile/text-edits.ts';
import { scanStages, stageHues } from '../../stages/scan-stages.ts';
import { strings } from '../../strings.ts';
import { appText, type EditorProps, isEdited, textOf } from './edited-files.ts';

/** A text area with line numbers, for small screens and fingers, and wherever Monaco could not be had. */
export function PlainEditor(props: EditorProps) {
  const { file, draft, appFiles, marks, problems, onChange, onSubmit, onLeave, onCursor, onHandle } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLOListElement>(null);
  const edited = isEdited(file);
  const text = edited ? textOf(draft, file) : appText(appFiles, file);

  useEffect(() => {
    onHandle({
      replace: () => {},
      // The file may only just have been chosen: wait until it is on screen.
      goToLine: (_file, line) => requestAnimationFrame(() => selectLine(area.current, line)),
      edit: (_file, edits) => requestAnimationFrame(() => editArea(area.current, edits)),
    });
    return () => onHandle(undefined);
  }, [onHandle]);

  const stageOfLine = file === 'Dockerfile' ? scanStages(text).stageOfLine : [];
  // The gravest of a line comes last, and stays.
  const marked = new Map(
    [...problems, ...marks]
      .filter((mark) => mark.file === file)
      .sort((a, b) => gravity[a.severity] - gravity[b.severity])
      .map((mark) => [mark.line, mark.severity]),
  );
  return (
    <div class="plain-editor">
      <ol class="plain-numbers" aria-hidden="true" ref={numbers}>
        {text.split('\n').map((_, index) => {
          const stage = stageOfLine[index] ?? -1;
          return (
            <li key={index} data-stage={stage < 0 ? undefined : stage % stageHues} data-mark={marked.get(index + 1)}>
              {index + 1}
            </li>
          );
        })}
      </ol>
      <textarea
        ref={area}
        value={text}
        readOnly={!edited}
        wrap="off"
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        aria-label={edited ? strings.editor.plainLabel(file) : strings.editor.labelReadOnly(file)}
        placeholder={file === '.dockerignore' ? strings.editor.noDockerignore : undefined}
        onInput={(event) => isEdited(file) && onChange(file, event.currentTarget.value)}
        onKeyUp={(event) => onCursor(file === 'Dockerfile' ? lineOfCursor(event.currentTarget) : undefined)}
        onClick={(event) => onCursor(file === 'Dockerfile' ? lineOfCursor(event.currentTarget) : undefined)}
        onScroll={(event) => {
          if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop;
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onLeave();
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          onSubmit();
        }}
      />
    </div>
  );
}

const gravity = { info: 0, warning: 1, error: 2 };

/** As if typed, so that the browser's own undo knows of it. */
function editArea(area: HTMLTextAreaElement | null, edits: readonly TextEdit[]): void {
  if (!area) return;
  area.focus();
  for (const { from, to, text } of offsetsOf(area.value, edits)) {
    area.setSelectionRange(from, to);
    const typed = document.execCommand(text === '' ? 'delete' : 'insertText', false, text);
    if (typed) continue;
    area.setRangeText(text, from, to, 'end');
    area.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
}

const lineOfCursor = ({ value, selectionStart }: HTMLTextAreaElement) =>
  value.slice(0, selectionStart).split('\n').length;

function selectLine(area: HTMLTextAreaElement | null, line: number): void {
  if (!area) return;
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  const lineHeight = Number.parseFloat(getComputedStyle(area).lineHeight) || 22;
  area.scrollTop = Math.max(0, (line - 3) * lineHeight);
}
