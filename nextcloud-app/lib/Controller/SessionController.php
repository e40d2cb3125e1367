<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Controller;

use OCA\VoiceAssist\AppInfo\Application;
use OCA\VoiceAssist\Exception\DaemonException;
use OCA\VoiceAssist\Exception\NotPairedException;
use OCA\VoiceAssist\Service\Browser;
use OCA\VoiceAssist\Service\DaemonClient;
use OCA\VoiceAssist\Service\Pairing;
use OCA\VoiceAssist\Service\Vouch;
use OCP\AppFramework\Controller;
use OCP\AppFramework\Http;
use OCP\AppFramework\Http\Attribute\FrontpageRoute;
use OCP\AppFramework\Http\Attribute\NoAdminRequired;
use OCP\AppFramework\Http\Attribute\OpenAPI;
use OCP\AppFramework\Http\Attribute\UserRateLimit;
use OCP\AppFramework\Http\JSONResponse;
use OCP\IRequest;
use OCP\IUserSession;
use Psr\Log\LoggerInterface;

/** Hands the page a token of a few minutes for the person who is signed in. Needs Nextcloud's own request token. */
class SessionController extends Controller {
	public function __construct(
		IRequest $request,
		private IUserSession $users,
		private Pairing $pairing,
		private Vouch $vouch,
		private Browser $browser,
		private DaemonClient $daemon,
		private LoggerInterface $log,
	) {
		parent::__construct(Application::ID, $request);
	}

	#[NoAdminRequired]
	#[UserRateLimit(limit: 30, period: 60)]
	#[FrontpageRoute(verb: 'POST', url: '/session')]
	#[OpenAPI(OpenAPI::SCOPE_IGNORE)]
	public function open(): JSONResponse {
		$user = $this->users->getUser();
		if ($user === null) {
			return self::problem(Http::STATUS_UNAUTHORIZED, 'signed_out', 'Sign in to Nextcloud again.');
		}
		try {
			$session = $this->daemon->openSession($this->vouch->for($user, $this->browser->claims()));
			$base = $this->pairing->publicUrl();
		} catch (NotPairedException) {
			$words = 'VoiceAssist is not set up yet. Ask your administrator to pair it with its daemon.';
			return self::problem(Http::STATUS_SERVICE_UNAVAILABLE, 'not_paired', $words);
		} catch (DaemonException $failure) {
			if ($failure->reason() === 'session_ended') {
				$words = 'This session was ended. Sign out of Nextcloud and in again to go on.';
				return self::problem(Http::STATUS_FORBIDDEN, 'session_ended', $words);
			}
			$this->log->warning($failure->getMessage(), ['app' => Application::ID, 'exception' => $failure]);
			$words = 'VoiceAssist does not answer at the moment. Try again soon; if it stays so, tell your administrator.';
			return self::problem(Http::STATUS_BAD_GATEWAY, 'daemon_unreachable', $words);
		}
		$answer = new JSONResponse(['base_url' => $base] + $session);
		$answer->addHeader('Cache-Control', 'no-store');
		return $answer;
	}

	private static function problem(int $status, string $code, string $detail): JSONResponse {
		return new JSONResponse(['status' => $status, 'code' => $code, 'title' => 'VoiceAssist is not available', 'detail' => $detail], $status);
	}
}
