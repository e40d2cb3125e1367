/*
 * What is shown under which address. The part behind the hash belongs to the page, so that Nextcloud needs one route
 * and a link to a calculator can be kept and sent.
 */
import { createRouter, createWebHashHistory } from 'vue-router'

export const router = createRouter({
	history: createWebHashHistory(),
	routes: [
		{ path: '/', redirect: '/calculators' },
		{ path: '/calculators/:id?', name: 'calculators', component: () => import('./views/CalculatorsView.vue'), props: true },
		{ path: '/:rest(.*)*', redirect: '/' },
	],
})
