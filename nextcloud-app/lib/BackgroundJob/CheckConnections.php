<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\BackgroundJob;

use OCA\VoiceAssist\Exception\DaemonException;
use OCA\VoiceAssist\Service\ConnectionWatch;
use OCA\VoiceAssist\Service\DaemonClient;
use OCA\VoiceAssist\Service\Pairing;
use OCA\VoiceAssist\Service\Vouch;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\BackgroundJob\TimedJob;

/** Asks the daemon whose connection needs them. A daemon that is away is not their trouble. */
class CheckConnections extends TimedJob {
	private const EVERY_SECONDS = 1800;

	public function __construct(
		ITimeFactory $time,
		private Pairing $pairing,
		private DaemonClient $daemon,
		private Vouch $vouch,
		private ConnectionWatch $watch,
	) {
		parent::__construct($time);
		$this->setInterval(self::EVERY_SECONDS);
		$this->setAllowParallelRuns(false);
	}

	protected function run($argument): void {
		if (!$this->pairing->isPaired()) {
			return;
		}
		try {
			$overview = $this->daemon->overview($this->vouch->forApp('connections'));
		} catch (DaemonException) {
			return;
		}
		$this->watch->tell(is_array($overview['people'] ?? null) ? array_values(array_filter($overview['people'], 'is_array')) : []);
	}
}
