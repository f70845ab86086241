import { useEffect, useRef, useState } from 'preact/hooks';
import { isPressed } from '../keyboard/shortcuts.ts';
import { strings } from '../strings.ts';
import type { Draft } from './draft/draft.ts';
import type { RoomName } from './rooms/rooms.tsx';
import type { SubmissionControl } from './submission/use-submission.ts';

interface Sent {
  /** Slug. */
  exercise: string;
  draft: Draft;
  submission: SubmissionControl;
  /** Something runs, nothing grades here, or an earlier attempt is looked at. */
  blocked: boolean;
  onRoom(room: RoomName): void;
}

export interface Sending {
  /** Builds what is in the editor. */
  submit(): void;
  /** Builds other files, which stay out of the editor. */
  send(files: Draft): void;
  /** Why nothing was sent. */
  complaint: string | undefined;
}

/** Building what is in the editor, by its button or by key from anywhere on the page. */
export function useSending(sent: Sent): Sending {
  const { exercise, draft, submission, blocked, onRoom } = sent;
  const [complaint, setComplaint] = useState<string>();
  const send = ({ dockerfile, dockerignore }: Draft) => {
    if (dockerfile.trim() === '') return setComplaint(strings.submit.empty);
    setComplaint(undefined);
    onRoom('evidence');
    // An empty .dockerignore says nothing that a missing one does not say.
    const given = dockerignore.trim() === '' ? undefined : dockerignore;
    void submission.submit({ exercise, dockerfile, dockerignore: given });
  };
  const submit = () => {
    if (!blocked && !submission.sending) send(draft);
  };
  useSubmitKey(submit);
  return { submit, send, complaint };
}

/** Ctrl/Cmd+Enter builds from anywhere on the page, not only from the editor (which has its own binding). */
function useSubmitKey(submit: () => void): void {
  const current = useRef(submit);
  current.current = submit;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !isPressed(event, 'build')) return;
      event.preventDefault();
      current.current();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
