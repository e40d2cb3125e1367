<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Controller;

use OCA\VoiceAssist\AppInfo\Application;
use OCA\VoiceAssist\Exception\NotPairedException;
use OCA\VoiceAssist\Service\Pairing;
use OCP\AppFramework\Controller;
use OCP\AppFramework\Http\Attribute\FrontpageRoute;
use OCP\AppFramework\Http\Attribute\NoAdminRequired;
use OCP\AppFramework\Http\Attribute\NoCSRFRequired;
use OCP\AppFramework\Http\Attribute\OpenAPI;
use OCP\AppFramework\Http\ContentSecurityPolicy;
use OCP\AppFramework\Http\TemplateResponse;
use OCP\AppFramework\Services\IInitialState;
use OCP\IRequest;
use OCP\Util;

/** The page. Everything on it comes from the daemon, so the browser is allowed to speak to the daemon and to no one else. */
class PageController extends Controller {
	public function __construct(
		IRequest $request,
		private IInitialState $state,
		private Pairing $pairing,
	) {
		parent::__construct(Application::ID, $request);
	}

	#[NoAdminRequired]
	#[NoCSRFRequired]
	#[FrontpageRoute(verb: 'GET', url: '/')]
	#[OpenAPI(OpenAPI::SCOPE_IGNORE)]
	public function index(): TemplateResponse {
		$this->state->provideInitialState('embedded', true);
		Util::addScript(Application::ID, 'voiceassist-main');
		Util::addStyle(Application::ID, 'voiceassist-main');
		$response = new TemplateResponse(Application::ID, 'main');
		$policy = new ContentSecurityPolicy();
		// Pages of PDF files are drawn by a worker of this app.
		$policy->addAllowedWorkerSrcDomain("'self'");
		try {
			$policy->addAllowedConnectDomain($this->pairing->publicOrigin());
		} catch (NotPairedException) {
			// The page then says that it is not paired.
		}
		$response->setContentSecurityPolicy($policy);
		return $response;
	}
}
