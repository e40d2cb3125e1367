/*
 * "Ask about this" in the menu of a file. Nothing but this is loaded on the files page.
 */
import { registerAction } from '../files/action.ts'

registerAction()
