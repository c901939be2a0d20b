// interleaved A/B in node: node .ab.mjs job a.wasm b.wasm
import { readFileSync } from 'node:fs'
const { NativePixels, probe } = await import('/tmp/same-bundle.mjs')
const { JOBS } = await import('/work/main/test/bench/imaging/jobs.mjs')
const [prefix, rounds, ...files] = process.argv.slice(2)
for (const job of JOBS.filter(j=>prefix.split(',').some(p=>j.name.startsWith(p)))) {
const file = readFileSync('/work/notes/inputs/'+job.input); const source={probe:probe(file),size:file.length,body:file}; const j={orientation:1,crop:null,...job,lossless:false,background:null}
const es = files.map(f=>new NativePixels(new WebAssembly.Module(readFileSync(f))))
const t = files.map(()=>[])
for (let i=0;i<5;i++) for (const e of es) await e.render(source,j)
await new Promise(r=>setTimeout(r,1000))
for (let i=0;i<+rounds;i++) for (let k=0;k<es.length;k++) { const a=process.cpuUsage(); await es[k].render(source,j); const c=process.cpuUsage(a); t[k].push((c.user+c.system)/1e3) }
console.log(job.name, t.map(x=>{x.sort((a,b)=>a-b); return x[0].toFixed(1)+'/'+x[x.length>>1].toFixed(1)}).join('  '))
}
