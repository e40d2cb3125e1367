/*
 * What is shown under which address. The part behind the hash belongs to the page, so that Nextcloud needs one route
 * and a link to a conversation or a calculator can be kept and sent. The conversation is what most people open; the rest
 * is fetched when it is asked for.
 */
import { createRouter, createWebHashHistory } from 'vue-router'

import ChatView from './views/ChatView.vue'

export const router = createRouter({
	history: createWebHashHistory(),
	routes: [
		{ path: '/chat/:id?', name: 'chat', component: ChatView, props: true, alias: '/' },
		{ path: '/day', name: 'day', component: () => import('./views/DayView.vue') },
		{ path: '/people', name: 'people', component: () => import('./views/PeopleView.vue') },
		{ path: '/mail/:id?', name: 'mail', component: () => import('./views/MailView.vue'), props: true },
		{ path: '/documents', name: 'documents', component: () => import('./views/DocumentsView.vue') },
		{ path: '/calculators/:id?', name: 'calculators', component: () => import('./views/CalculatorsView.vue'), props: true },
		{ path: '/settings', name: 'settings', component: () => import('./views/SettingsView.vue') },
		{ path: '/:rest(.*)*', redirect: '/' },
	],
})
