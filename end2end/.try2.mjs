import { chromium } from '@playwright/test';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless','--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'] });
const c = await b.newContext({ locale: 'en' });
const s = await c.newPage();
await s.goto('http://localhost:3001/stores/delft'); await s.getByRole('button', { name: 'Chat Now' }).first().click(); await s.waitForTimeout(2000);
const f = s.frames().find(f => f.url().includes('/widget/'));
console.log(await f.evaluate(async () => { const out = {}; try { out.db = (await indexedDB.databases()).length } catch (e) { out.db = String(e) } try { localStorage.setItem('a','b'); out.ls = 'ok' } catch (e) { out.ls = String(e) } try { sessionStorage.setItem('a','b'); out.ss='ok' } catch (e) { out.ss = String(e) }
 out.open = await new Promise(r => { try { const q = indexedDB.open('x'); q.onsuccess = () => r('ok'); q.onerror = () => r(String(q.error)); } catch (e) { r(String(e)) } }); return out; }));
await b.close();
