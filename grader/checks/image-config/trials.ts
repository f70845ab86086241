import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'image-config',
    params: { exposes: [3000], workingDir: '/app', stopSignal: 'SIGQUIT', volumes: [] },
    good: [`${base}WORKDIR /app\nEXPOSE 3000\nSTOPSIGNAL SIGQUIT\n`],
    bad: [
      [`${base}WORKDIR /app\nSTOPSIGNAL SIGQUIT\n`, { message: /says no ports; expected ports `3000\/tcp`/ }],
      [`${base}WORKDIR app/\nEXPOSE 3000/tcp\nSTOPSIGNAL 15\n`, { line: 4, message: /the stop signal `15`/ }],
      [`${base}WORKDIR /app\nEXPOSE 3000\nSTOPSIGNAL SIGQUIT\nVOLUME /data\n`, { line: 5, message: /`\/data`/ }],
    ],
  },
];
