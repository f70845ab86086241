import { chromium } from '@playwright/test';
const base=process.argv[2]; const outs=process.argv.slice(3);
const b=await chromium.launch({executablePath:'/usr/bin/chromium',args:['--headless','--no-sandbox','--disable-gpu','--disable-quic','--no-first-run']});
for (const spec of outs){ const [p,name,w='1366',theme='light',act='']=spec.split('|'); const c=await b.newContext({viewport:{width:+w,height:+w>800?768:844},colorScheme:theme,hasTouch:+w<800,reducedMotion:'reduce'}); const page=await c.newPage(); page.on('console',m=>{if(['error','warning'].includes(m.type()))console.log(name,m.text())}); page.on('pageerror',e=>console.log(name,String(e)));
 await page.goto(base+p); await page.waitForTimeout(600);
 if(act==='search'){ await page.keyboard.press('/'); await page.waitForSelector('dialog input'); await page.keyboard.type('exit code 137'); await page.waitForTimeout(2500);} 
 if(act.startsWith('q:')){ await page.fill('main input[type=search]',act.slice(2)); await page.waitForTimeout(2500);} 
 if(act==='end') await page.evaluate(()=>scrollTo(0,document.body.scrollHeight)), await page.waitForTimeout(300);
 if(act==='full') await page.screenshot({path:`/tmp/shots/${name}.png`,fullPage:true}); else await page.screenshot({path:`/tmp/shots/${name}.png`}); await c.close(); }
await b.close();
