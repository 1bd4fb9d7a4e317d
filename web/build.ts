/** Builds the pages into ../build/web: `deno task build`.
 *
 * Scripts and styles carry a hash of what is in them, so that they can be kept forever; a page in
 * pages/ names its own by {{style}}, {{script}} and, to load it at once, {{shared}}: the one file
 * that the script shares with what is loaded later.
 */

import * as esbuild from "esbuild";

const HERE = import.meta.dirname!;
const TARGET = `${HERE}/../build/web`;
const DRAFT = `${TARGET}.new`;

const PAGES = { "index.html": "src/applicant/main.tsx", "meja.html": "src/desk/main.tsx" };
const STYLE = "src/style.css";
const WORKERS = ["src/proof_worker.ts"];

const OPTIONS = {
  absWorkingDir: HERE,
  bundle: true,
  minify: true,
  outdir: `${DRAFT}/assets`,
  metafile: true,
  target: ["chrome90", "firefox90", "safari15"],
} satisfies esbuild.BuildOptions;

const NAMES = { entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]" };

async function build(): Promise<void> {
  await Deno.remove(DRAFT, { recursive: true }).catch(missing);
  const workers = await esbuild.build({ ...OPTIONS, ...NAMES, entryPoints: WORKERS });
  // Each page by itself: nobody is a visitor of two, and a page loads nothing that is another's.
  for (const [page, script] of Object.entries(PAGES)) {
    const scripts = await esbuild.build({
      ...OPTIONS,
      ...NAMES,
      entryPoints: [STYLE, script],
      splitting: true,
      format: "esm",
      jsx: "automatic",
      jsxImportSource: "preact",
      define: { PROOF_WORKER: JSON.stringify(`/assets/${outputs(workers).get(WORKERS[0])}`) },
    });
    const names = outputs(scripts);
    const html = (await Deno.readTextFile(`${HERE}/pages/${page}`))
      .replaceAll("{{style}}", `/assets/${names.get(STYLE)}`)
      .replaceAll("{{script}}", `/assets/${names.get(script)}`)
      .replaceAll("{{shared}}", `/assets/${shared(scripts, script)}`);
    await Deno.writeTextFile(`${DRAFT}/${page}`, html);
  }
  for await (const file of Deno.readDir(`${HERE}/static`)) {
    await Deno.copyFile(`${HERE}/static/${file.name}`, `${DRAFT}/${file.name}`);
  }
  // At once: whoever serves the pages meanwhile finds all of the old ones or all of the new.
  await Deno.remove(TARGET, { recursive: true }).catch(missing);
  await Deno.rename(DRAFT, TARGET);
}

/** The file that each entry point was written to. */
function outputs(built: esbuild.BuildResult<{ metafile: true }>): Map<string, string> {
  return new Map(
    Object.entries(built.metafile.outputs).flatMap(([path, { entryPoint }]) =>
      entryPoint ? [[entryPoint, path.split("/").at(-1)!]] : []
    ),
  );
}

function shared(built: esbuild.BuildResult<{ metafile: true }>, script: string): string {
  const output = Object.values(built.metafile.outputs).find((one) => one.entryPoint === script)!;
  const [one, ...more] = output.imports.filter(({ kind }) => kind === "import-statement");
  if (!one) return ""; // the page names none
  if (more.length) throw new Error(`${script} loads ${more.length + 1} files at once: too many`);
  return one.path.split("/").at(-1)!;
}

function missing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

await build();
await esbuild.stop();
