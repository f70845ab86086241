import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

export interface Tab<Id extends string> {
  id: Id;
  label: ComponentChildren;
}

interface Props<Id extends string> {
  label: string;
  /** Begins the ids of tabs and panels: `<name>-tab-<id>`, `<name>-panel-<id>`. */
  name: string;
  tabs: readonly Tab<Id>[];
  active: Id;
  onSelect(id: Id): void;
}

export const tabId = (name: string, id: string) => `${name}-tab-${id.replace(/[^\w-]/g, '_')}`;
export const panelId = (name: string, id: string) => `${name}-panel-${id.replace(/[^\w-]/g, '_')}`;

/** A row of tabs: one stop for Tab, arrows between them, as in the ARIA Authoring Practices. */
export function Tabs<Id extends string>({ label, name, tabs, active, onSelect }: Props<Id>) {
  const list = useRef<HTMLDivElement>(null);
  // When what is shown has no tab here, the row must be reached all the same.
  const reached = tabs.some((tab) => tab.id === active) ? active : tabs[0]?.id;
  const press = (event: KeyboardEvent) => {
    const index = tabs.findIndex((tab) => tab.id === active);
    const last = tabs.length - 1;
    const targets: Record<string, number> = {
      ArrowLeft: index === 0 ? last : index - 1,
      ArrowRight: index === last ? 0 : index + 1,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    const tab = target === undefined ? undefined : tabs[target];
    if (!tab) return;
    event.preventDefault();
    onSelect(tab.id);
    list.current?.querySelector<HTMLElement>(`#${tabId(name, tab.id)}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={press}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          class="tab"
          id={tabId(name, tab.id)}
          aria-selected={tab.id === active}
          aria-controls={panelId(name, tab.id)}
          tabIndex={tab.id === reached ? 0 : -1}
          onClick={() => onSelect(tab.id)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}
