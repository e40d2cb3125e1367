<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Controller;

use OCA\VoiceAssist\AppInfo\Application;
use OCA\VoiceAssist\Service\Hints;
use OCA\VoiceAssist\Service\Pairing;
use OCA\VoiceAssist\Service\SelfTest;
use OCA\VoiceAssist\Settings\Admin;
use OCP\AppFramework\Controller;
use OCP\AppFramework\Http;
use OCP\AppFramework\Http\Attribute\AuthorizedAdminSetting;
use OCP\AppFramework\Http\Attribute\FrontpageRoute;
use OCP\AppFramework\Http\Attribute\OpenAPI;
use OCP\AppFramework\Http\Attribute\PasswordConfirmationRequired;
use OCP\AppFramework\Http\JSONResponse;
use OCP\IRequest;
use OCP\IUserSession;

/** What the administration settings show and change. Only for administrators and those the page was delegated to. */
class AdminController extends Controller {
	public function __construct(
		IRequest $request,
		private IUserSession $users,
		private Pairing $pairing,
		private SelfTest $test,
		private Hints $hints,
	) {
		parent::__construct(Application::ID, $request);
	}

	/** The self-test, and how things are. */
	#[AuthorizedAdminSetting(settings: Admin::class)]
	#[FrontpageRoute(verb: 'GET', url: '/admin/state')]
	#[OpenAPI(OpenAPI::SCOPE_IGNORE)]
	public function state(): JSONResponse {
		$result = $this->test->run($this->users->getUser()?->getUID() ?? 'administrator');
		return new JSONResponse($result + ['pairing' => $this->pairing->shown(), 'hints_waiting' => $this->hints->waiting()]);
	}

	/** Keeps the daemon's addresses, and makes the key if there is none. */
	#[AuthorizedAdminSetting(settings: Admin::class)]
	#[PasswordConfirmationRequired]
	#[FrontpageRoute(verb: 'PUT', url: '/admin/pairing')]
	#[OpenAPI(OpenAPI::SCOPE_IGNORE)]
	public function pair(string $daemon, string $internal = '', string $nextcloud = ''): JSONResponse {
		try {
			$this->pairing->setUp($daemon, $internal === '' ? $daemon : $internal, $nextcloud === '' ? null : $nextcloud);
		} catch (\InvalidArgumentException $wrong) {
			return new JSONResponse(['code' => 'invalid_address', 'detail' => $wrong->getMessage()], Http::STATUS_UNPROCESSABLE_ENTITY);
		}
		return new JSONResponse($this->pairing->shown());
	}
}
