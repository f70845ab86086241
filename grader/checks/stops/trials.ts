import { base, serve, type Trial } from '../trial.ts';

/** A shell that serves in the background and ends with this code when the signal comes. */
function trapping(signal: string, exitCode: number): string {
  return `${base}CMD ["sh", "-c", "trap 'exit ${exitCode}' ${signal}; httpd -f -p 3000 -h / & wait"]\n`;
}

export const trials: Trial[] = [
  {
    type: 'stops',
    params: { withinMs: 4_500, exitCode: 0 },
    good: [trapping('TERM', 0), `${base}STOPSIGNAL SIGUSR1\n${trapping('USR1', 0).slice(base.length)}`],
    bad: [
      [
        `${base}${serve}`,
        { line: 3, message: /4\.5 s after SIGTERM .* still running\. Process 1 is `httpd.*the kernel drops SIGTERM/ },
      ],
      [
        `${base}COPY index.html /www/\nCMD httpd -f -p 3000 -h /www; true\n`,
        { line: 3, message: /Process 1 is `\/bin\/sh -c httpd.*a shell: it waits for its child `httpd -f -p 3000/ },
      ],
      [trapping('TERM', 3), { line: 2, message: /after SIGTERM, but with exit code 3, not 0/ }],
      [
        `${base}STOPSIGNAL SIGKILL\n${serve}`,
        { line: 4, message: /after SIGKILL, but with exit code 137, .*128 \+ 9/ },
      ],
      [`${base}CMD ["sh", "-c", "exit 4"]\n`, { line: 2, message: /nothing to stop\. .*exit code 4/ }],
    ],
  },
];
