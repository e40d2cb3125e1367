/*
 * PDF.js as the page uses it: its worker and its decoders are files of this app, beside each other, and nothing comes from
 * anywhere else. The build for older browsers, because Nextcloud supports them.
 */
import * as pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs'
import worker from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'

const address = new URL(worker, window.location.href)
pdfjs.GlobalWorkerOptions.workerSrc = address.href

/** Where the decoders of pictures are, with a slash at the end. */
const besides = new URL('pdfjs/', address).href

export { pdfjs, besides }
