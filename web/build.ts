/** Builds the pages into ../build/web: `deno task build`.
 *
 * Scripts and styles carry a hash of what is in them, so that they can be kept forever; a page in
 * pages/ names its own by {{style}}, {{script}} and, to load it at once, {{shared}}: the one file
 * that the script shares with what is loaded later. The pages at an office have one HTML, and each
 * its {{ title }}.
 */

import * as esbuild from "esbuild";

const HERE = import.meta.dirname!;
const TARGET = `${HERE}/../build/web`;
const DRAFT = `${TARGET}.new`;

const PAGES: Record<string, { title?: string; script: string; style: string }> = {
  "index.html": { script: "src/applicant/main.tsx", style: "src/style.css" },
  "meja.html": { title: "Meja", script: "src/desk/main.tsx", style: "src/desk/style.css" },
  "papan.html": { title: "Papan", script: "src/board/main.tsx", style: "src/board/style.css" },
  "kios.html": { title: "Kios", script: "src/kiosk/main.tsx", style: "src/kiosk/style.css" },
};
const WORKERS = ["src/proof_worker.ts"];

/** What is kept for when there is no network: the applicant's page, and the room of tickets. */
const SERVICE_WORKER = "src/sw.ts";
const WITHOUT_NETWORK = ["src/applicant/main.tsx", "src/applicant/bookings.ts"];
const UNHASHED = ["index.html", "icon.svg", "manifest.webmanifest"];

const OPTIONS = {
  absWorkingDir: HERE,
  bundle: true,
  minify: true,
  outdir: `${DRAFT}/assets`,
  metafile: true,
  target: ["chrome90", "firefox90", "safari15"],
} satisfies esbuild.BuildOptions;

const NAMES = { entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]" };

type Built = esbuild.BuildResult<{ metafile: true }>;

async function build(): Promise<void> {
  await Deno.remove(DRAFT, { recursive: true }).catch(missing);
  const workers = await esbuild.build({ ...OPTIONS, ...NAMES, entryPoints: WORKERS });
  const built = new Map<string, Built>();
  // Each page by itself: nobody is a visitor of two, and a page loads nothing that is another's.
  for (const [page, { title, script, style }] of Object.entries(PAGES)) {
    const scripts = await esbuild.build({
      ...OPTIONS,
      ...NAMES,
      entryPoints: [style, script],
      splitting: true,
      format: "esm",
      jsx: "automatic",
      jsxImportSource: "preact",
      define: { PROOF_WORKER: JSON.stringify(`/assets/${outputs(workers).get(WORKERS[0])}`) },
    });
    built.set(page, scripts);
    const names = outputs(scripts);
    const html = (await Deno.readTextFile(`${HERE}/pages/${title ? "office.html" : page}`))
      .replaceAll("{{ title }}", title ?? "")
      .replaceAll("{{style}}", `/assets/${names.get(style)}`)
      .replaceAll("{{script}}", `/assets/${names.get(script)}`)
      .replaceAll("{{shared}}", () => `/assets/${shared(scripts, script)}`);
    await Deno.writeTextFile(`${DRAFT}/${page}`, html);
  }
  await copy(`${HERE}/static`, DRAFT);
  const applicants = built.get("index.html")!;
  await serviceWorker(applicants, [
    `/assets/${outputs(applicants).get(PAGES["index.html"].style)}`,
  ]);
  // At once: whoever serves the pages meanwhile finds all of the old ones or all of the new.
  await Deno.remove(TARGET, { recursive: true }).catch(missing);
  await Deno.rename(DRAFT, TARGET);
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copy(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

/** The file that each entry point was written to. */
function outputs(built: Built): Map<string, string> {
  return new Map(
    Object.entries(built.metafile.outputs).flatMap(([path, { entryPoint }]) =>
      entryPoint ? [[entryPoint, path.split("/").at(-1)!]] : []
    ),
  );
}

/** `/sw.js`: it has no hash in its name, for browsers ask for it anew. */
async function serviceWorker(built: Built, more: string[]): Promise<void> {
  const { outputs: files } = built.metafile;
  const needed = new Set<string>();
  const add = (path: string): void => {
    if (needed.has(path)) return;
    needed.add(path);
    files[path].imports.filter(({ kind }) => kind === "import-statement")
      .forEach((one) => add(one.path));
  };
  for (const [path, { entryPoint }] of Object.entries(files)) {
    if (entryPoint && WITHOUT_NETWORK.includes(entryPoint)) add(path);
  }
  const scripts = [...needed].map((path) => `/assets/${path.split("/").at(-1)}`);
  const shell = ["/", "/icon.svg", "/manifest.webmanifest", ...more, ...scripts.sort()];
  // What has no hash in its name tells one build from another by what is in it.
  const unhashed = await Promise.all(
    UNHASHED.map((name) => Deno.readTextFile(`${DRAFT}/${name}`)),
  );
  const told = new TextEncoder().encode([...shell, ...unhashed].join());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", told));
  await esbuild.build({
    ...OPTIONS,
    outdir: DRAFT,
    entryNames: "sw",
    entryPoints: [SERVICE_WORKER],
    define: {
      SHELL: JSON.stringify(shell),
      VERSION: JSON.stringify(digest.slice(0, 8).toHex()),
    },
  });
}

function shared(built: Built, script: string): string {
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
