/*
 * Two builds of the same page: `vite build` writes js/ and css/ for Nextcloud, `vite build --mode standalone` writes
 * dist-standalone/, which any web server beside a daemon can serve.
 */
import { readdirSync, readFileSync } from 'node:fs'

import vue from '@vitejs/plugin-vue'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/** Where scripts begin that Nextcloud loads. */
const ENTRIES = ['main', 'personal', 'admin', 'files']

/** Nextcloud loads entries under an address with a version; a chunk that imports one would run it a second time. */
const entriesStandAlone: Plugin = {
	name: 'entries-stand-alone',
	generateBundle(_, bundle) {
		const entries = new Set(Object.values(bundle).filter((one) => one.type === 'chunk' && one.isEntry).map((one) => one.fileName))
		for (const chunk of Object.values(bundle)) {
			const wrong = chunk.type === 'chunk' ? [...chunk.imports, ...chunk.dynamicImports].filter((name) => entries.has(name)) : []
			if (wrong.length > 0) {
				this.error(`${chunk.fileName} imports the entry ${wrong.join(', ')}`)
			}
		}
	},
}

/** What PDF.js decodes pictures with, under the names it asks for, beside its worker; and under which terms all of it comes. */
function decoders(folder: string): Plugin {
	const from = 'node_modules/pdfjs-dist'
	return {
		name: 'decoders-of-pictures',
		generateBundle() {
			const wanted = readdirSync(`${from}/wasm`).map((name) => `wasm/${name}`)
			for (const name of [...wanted, 'LICENSE']) {
				this.emitFile({ type: 'asset', fileName: `${folder}/pdfjs/${name.replace('wasm/', '')}`, source: readFileSync(`${from}/${name}`) })
			}
		},
	}
}

export default defineConfig(({ mode }) => {
	const standalone = mode === 'standalone'
	return {
		plugins: [vue(), entriesStandAlone, decoders(standalone ? 'assets' : 'js')],
		base: './',
		define: { appName: JSON.stringify('voiceassist'), appVersion: JSON.stringify('0.3.0') },
		build: {
			outDir: standalone ? 'dist-standalone' : '.',
			emptyOutDir: standalone,
			target: 'es2022',
			cssCodeSplit: false,
			modulePreload: { polyfill: false },
			rollupOptions: {
				input: standalone ? 'index.html' : Object.fromEntries(ENTRIES.map((name) => [name, `src/entries/${name}.ts`])),
				output: standalone ? {} : {
					entryFileNames: 'js/voiceassist-[name].mjs',
					chunkFileNames: 'js/[name]-[hash].chunk.mjs',
					assetFileNames: ({ names }) => names.some((name) => name.endsWith('.css'))
						? 'css/voiceassist-main.css'
						: `${names.some((name) => name.endsWith('.mjs')) ? 'js' : 'img'}/[name]-[hash][extname]`,
				},
			},
		},
		test: {
			environment: 'jsdom',
			include: ['tests/unit/**/*.test.ts'],
			server: { deps: { inline: ['@nextcloud/vue'] } },
		},
	}
})
