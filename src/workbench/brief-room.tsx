import type { ComponentChildren } from 'preact';
import { strings } from '../strings.ts';

export interface LessonLinks {
  title: string;
  minutes: number;
  lesson?: { href: string; title: string; number: number } | undefined;
  next?: { href: string; title: string } | undefined;
}

interface Props extends LessonLinks {
  brief?: ComponentChildren;
  after?: ComponentChildren;
  passed: boolean;
}

export function BriefRoom({ title, minutes, lesson, next, brief, after, passed }: Props) {
  return (
    <div class="brief">
      <p class="brief-kind">
        {lesson ? (
          <a href={lesson.href}>
            {strings.exercise.ofLesson} {lesson.number}: {lesson.title}
          </a>
        ) : (
          strings.exercise.kind
        )}
        <span class="number">{strings.course.minutes(minutes)}</span>
      </p>
      <h1 data-pagefind-meta="title">{title}</h1>
      <div class="prose" data-pagefind-body data-pagefind-meta={`kind:${strings.exercise.kind}`}>
        {brief}
      </div>
      {/* Always in the page, so that it costs nothing when it is earned. */}
      <section class="after" id="after" tabIndex={-1} hidden={!passed} aria-label={strings.verdict.afterTitle}>
        <div class="prose">{after}</div>
        <p class="after-ways">
          {next ? (
            <>
              {strings.lesson.next}: <a href={next.href}>{next.title}</a>
            </>
          ) : (
            lesson && <a href={lesson.href}>{strings.verdict.backToLesson}</a>
          )}
        </p>
      </section>
    </div>
  );
}
