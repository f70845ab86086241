import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { strings } from '../../strings.ts';
import { appText, type EditorProps, editedFiles, isEdited, languageOf, textOf } from './edited-files.ts';
import type { CodeEditor, FileText } from './monaco-editor.ts';

/** Monaco, fetched when its room is first on screen; says so while it comes, and hands over when it can't. */
export function RichEditor(props: EditorProps & { onFail(): void }) {
  const host = useRef<HTMLDivElement>(null);
  const [code, setCode] = useState<CodeEditor>();
  // The editor outlives renders: it calls what is current, not what was current when it was made.
  const current = useRef(props);
  current.current = props;

  useEffect(() => {
    if (!host.current) return;
    let gone = false;
    let made: CodeEditor | undefined;
    const element = host.current;
    const open = async () => {
      if (import.meta.env.SSR) return;
      try {
        const { CodeEditor } = await import('./monaco-editor.ts');
        if (gone) return;
        made = await CodeEditor.create(element, {
          onChange: (path, text) => isEdited(path) && current.current.onChange(path, text),
          onSubmit: () => current.current.onSubmit(),
          onLeave: () => current.current.onLeave(),
          onCursor: (path, line) => current.current.onCursor(path === 'Dockerfile' ? line : undefined),
        });
        if (gone) made.dispose();
        else setCode(made);
      } catch {
        if (!gone) current.current.onFail();
      }
    };
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      void open();
    });
    watch.observe(element);
    return () => {
      gone = true;
      watch.disconnect();
      made?.dispose();
    };
  }, []);

  useEffect(() => {
    if (!code) return;
    const { onHandle } = current.current;
    onHandle({
      replace: (file, text) => code.replace({ ...fileText(current.current, file), text }),
      goToLine: (file, line) => {
        code.show(fileText(current.current, file));
        code.goToLine(line);
      },
      edit: (file, edits) => {
        code.show(fileText(current.current, file));
        code.edit(file, edits);
      },
    });
    return () => onHandle(undefined);
  }, [code]);

  const { file, marks, problems } = props;
  // Before problems are marked below: a file that was never shown has no model to mark.
  useLayoutEffect(() => {
    if (!code) return;
    code.show(fileText(current.current, file));
    for (const edited of editedFiles)
      code.mark(
        edited,
        marks.filter((mark) => mark.file === edited),
      );
  }, [code, file, marks]);
  useLayoutEffect(() => {
    for (const edited of editedFiles)
      code?.markProblems(
        edited,
        problems.filter((problem) => problem.file === edited),
      );
  }, [code, file, problems]);

  return (
    <div class="rich-editor">
      {!code && <p class="editor-loading">{strings.editor.loading}</p>}
      <div class="rich-editor-host" ref={host} />
    </div>
  );
}

function fileText({ draft, appFiles }: EditorProps, path: string): FileText {
  const language = languageOf(path);
  if (isEdited(path)) {
    return { path, text: textOf(draft, path), language, readOnly: false, ariaLabel: strings.editor.label(path) };
  }
  return {
    path,
    text: appText(appFiles, path),
    language,
    readOnly: true,
    ariaLabel: strings.editor.labelReadOnly(path),
  };
}
