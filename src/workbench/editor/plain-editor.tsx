import { useEffect, useRef } from 'preact/hooks';
import { scanStages, stageHues } from '../../stages/scan-stages.ts';
import { strings } from '../../strings.ts';
import { type EditorProps, isEdited, textOf } from './edited-files.ts';

/** A text area with line numbers, for small screens and fingers, and wherever Monaco could not be had. */
export function PlainEditor({ file, draft, appFiles, marks, onChange, onSubmit, onLeave, onHandle }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLOListElement>(null);
  const edited = isEdited(file);
  const text = edited
    ? textOf(draft, file)
    : appFiles.find((other) => other.path === file)?.text || strings.editor.notText;

  useEffect(() => {
    onHandle({
      replace: () => {},
      // The file may only just have been chosen: wait until it is on screen.
      goToLine: (_file, line) => requestAnimationFrame(() => selectLine(area.current, line)),
    });
    return () => onHandle(undefined);
  }, [onHandle]);

  const stageOfLine = file === 'Dockerfile' ? scanStages(text).stageOfLine : [];
  const marked = new Map(marks.filter((mark) => mark.file === file).map((mark) => [mark.line, mark]));
  return (
    <div class="plain-editor">
      <ol class="plain-numbers" aria-hidden="true" ref={numbers}>
        {text.split('\n').map((_, index) => {
          const stage = stageOfLine[index] ?? -1;
          return (
            <li
              key={index}
              data-stage={stage < 0 ? undefined : stage % stageHues}
              data-mark={marked.get(index + 1)?.severity}
            >
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

function selectLine(area: HTMLTextAreaElement | null, line: number): void {
  if (!area) return;
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  const lineHeight = Number.parseFloat(getComputedStyle(area).lineHeight) || 22;
  area.scrollTop = Math.max(0, (line - 3) * lineHeight);
}
